/** For a POSIX shell: between single quotes nothing has a meaning but the quote itself. @param {string} text */
export const shellQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** JSON of plain ASCII: nothing in it can move a terminal's cursor, turn text or hide. @param {unknown} value */
const asciiJson = (value) =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What POST /t takes, of what an event says. @param {any} event */
const itemOf = (event) => {
  const gps = event.place?.accuracy === 'gps' ? event.place.location?.coordinates : undefined;
  return {
    id: event.id,
    type: event.type,
    site: event.site,
    url: event.page?.url || undefined,
    ref: event.referrer?.url || undefined,
    title: event.page?.title,
    sid: event.session,
    at: event.occurredAt,
    lng: gps?.[0],
    lat: gps?.[1],
    consent: event.anonymous ? false : undefined,
    properties: event.properties,
  };
};

/**
 * A command that sends an event again, with its id, so that it counts nothing twice.
 * @param {any} event
 * @param {string} address of POST /t
 */
export const curlOf = (event, address) =>
  [
    `curl -sS -X POST ${shellQuoted(address)}`,
    `-H 'content-type: application/json'`,
    `--data-binary ${shellQuoted(asciiJson(itemOf(event)))}`,
  ].join(' \\\n  ');
