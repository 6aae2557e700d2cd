/** What one place knew of a visitor, and what of it is left. */
export interface Place {
  place: string;
  /** Events, rows, requests: what `unit` says. */
  found: number;
  erased: number;
  unit: string;
  /** Time (ISO 8601) from which nothing of it is left; `null` = nothing is left now; absent = see the note. */
  leftUntil?: string | null;
  note?: string;
}

export interface Report {
  /** Not the id: a report may be kept. */
  at: string;
  dryRun: boolean;
  places: Place[];
  /** Nothing is left to do: what is left goes by itself. */
  complete: boolean;
}

const leftOf = ({ leftUntil }: Place): string => {
  if (leftUntil === null) return 'nothing is left';
  return leftUntil === undefined ? '' : `gone by ${leftUntil.slice(0, 16).replace('T', ' ')} UTC`;
};

/** For people. */
export const reportText = ({ places, complete, dryRun }: Report): string => {
  const rows = places.map((place) => {
    const { found, erased, unit, note } = place;
    const done = dryRun ? `${found} ${unit}` : `${found} ${unit}, ${erased} erased`;
    const said = [dryRun ? '' : leftOf(place), note ?? ''].filter(Boolean).join('; ');
    return `${place.place.padEnd(9)} ${done}${said && `: ${said}`}\n`;
  });
  const last = dryRun
    ? 'Nothing was changed.\n'
    : complete
      ? 'Done.\n'
      : 'Something is still on its way: run the same again when the services have worked it off.\n';
  return rows.join('') + last;
};
