/** One panel: queries in PromQL, each with the legend of its series. */
export interface Panel {
  title: string;
  description: string;
  /** Grafana's name of the unit, e.g. `ops`, `bytes`, `s`, `percentunit`, `short`. */
  unit: string;
  queries: readonly (readonly [expr: string, legend: string])[];
  /** Default: `timeseries`. */
  kind?: 'timeseries' | 'stat' | 'table';
  /** Of 24 columns; default: 6 for a number, 12 for a line. */
  width?: number;
  /** From here on a number is red. */
  redFrom?: number;
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface Dashboard {
  /** Also the file's name. */
  uid: string;
  title: string;
  description: string;
  /** A metric that all jobs and instances have that may be chosen. */
  chosenBy: string;
  rows: readonly Row[];
}

const source = { type: 'prometheus', uid: '$datasource' };

const queryVariable = (name: string, label: string, query: string) => ({
  name,
  label,
  type: 'query',
  datasource: source,
  query: { query, refId: name },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  current: { selected: true, text: ['All'], value: ['$__all'] },
});

const variables = (chosenBy: string) => [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} },
  queryVariable('job', 'Service', `label_values(${chosenBy}, job)`),
  queryVariable('instance', 'Instance', `label_values(${chosenBy}{job=~"$job"}, instance)`),
];

const thresholds = (redFrom: number | undefined) => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }]),
  ],
});

const looks = {
  timeseries: {
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    custom: { lineWidth: 1, fillOpacity: 10, showPoints: 'never' },
  },
  stat: {
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' },
    custom: {},
  },
  table: { options: { showHeader: true }, custom: {} },
};

const targetsOf = ({ queries, kind = 'timeseries' }: Panel) =>
  queries.map(([expr, legendFormat], n) => ({
    refId: String.fromCharCode(65 + n),
    datasource: source,
    expr,
    legendFormat,
    ...(kind === 'table' ? { format: 'table', instant: true } : { range: true }),
  }));

const panelOf = (panel: Panel, id: number, gridPos: object) => {
  const { title, description, unit, kind = 'timeseries', redFrom } = panel;
  const { options, custom } = looks[kind];
  return {
    id,
    type: kind,
    title,
    description,
    datasource: source,
    gridPos,
    targets: targetsOf(panel),
    fieldConfig: {
      defaults: {
        unit,
        ...(kind === 'timeseries' && unit !== 'short' && { min: 0 }),
        thresholds: thresholds(redFrom),
        custom,
      },
      overrides: [],
    },
    options,
  };
};

const sizeOf = ({ kind = 'timeseries', width }: Panel) => ({
  w: width ?? (kind === 'stat' ? 6 : 12),
  h: kind === 'stat' ? 4 : 8,
});

/** Panels from left to right, a new line where one does not fit any more. */
const layOut = (rows: readonly Row[]): object[] => {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let tallest = 0;
    for (const panel of row.panels) {
      const { w, h } = sizeOf(panel);
      if (x + w > 24) {
        y += tallest;
        x = 0;
        tallest = 0;
      }
      panels.push(panelOf(panel, panels.length + 1, { x, y, w, h }));
      x += w;
      tallest = Math.max(tallest, h);
    }
    y += tallest;
  }
  return panels;
};

/** Grafana's own form of it (schema 39, Grafana 11 and later). */
export const toGrafana = ({ uid, title, description, chosenBy, rows }: Dashboard) => ({
  uid: `pushtech-${uid}`,
  title: `pushtech: ${title}`,
  description,
  tags: ['pushtech'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'browser',
  links: [{ title: 'pushtech', type: 'dashboards', tags: ['pushtech'], asDropdown: true }],
  templating: { list: variables(chosenBy) },
  panels: layOut(rows),
});
