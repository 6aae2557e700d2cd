// Values over time: areas, lines or bars, and the period before as a dashed line. Needs chart.css.
import { createChartTable } from './chart-table.js';
import { element } from './element.js';
import { lang, ui } from './facts.js';
import { createFormat } from './format.js';
import uPlot from './uplot.js';

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {(number | null)[]} values as many as there are moments
 * @property {'area' | 'line' | 'bars'} [kind] area without it
 * @property {boolean} [before] the period before: dashed and quiet
 * @property {string} [total] text beside the name while nothing is pointed at
 */

/**
 * @typedef {object} ChartData
 * @property {string} label what the chart shows, in words
 * @property {number[]} at epoch ms of each bucket's start
 * @property {'minute' | 'hour' | 'day'} interval
 * @property {Series[]} series
 * @property {string} [zone] IANA name, UTC without it
 * @property {(n: number) => string} [number] how values are written
 * @property {(from: number, to: number) => void} [zoomed] epoch ms of the buckets between which somebody dragged
 */

const FONT = '12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const DAY_S = 86_400;

const bars = uPlot.paths.bars({ size: [0.75, 24], radius: 0.15 });

const seriesOf = (series, index, token) => {
  const colour = () => token(series.before ? 'chart-before' : `chart-${index + 1}`);
  const kind = series.before ? 'line' : (series.kind ?? 'area');
  return {
    label: series.name,
    stroke: colour,
    width: series.before ? 1.5 : kind === 'bars' ? 0 : 2,
    ...(series.before && { dash: [4, 4] }),
    ...(kind === 'area' && index === 0 && { fill: () => token('chart-fill') }),
    ...(kind === 'bars' && { paths: bars, fill: colour }),
    points: { show: series.values.filter((value) => value !== null).length === 1, size: 6, fill: colour },
  };
};

/** Ticks a day or more apart are dates, finer ones times, with the date at midnight. */
const tickText = (format) => (_chart, ticks, _axis, _space, step) =>
  ticks.map((tick) => {
    if (step >= 28 * DAY_S) return format.month(tick * 1000);
    const time = format.time(tick * 1000);
    return step >= DAY_S || time === '00:00' ? format.day(tick * 1000) : time;
  });

const HOUR_S = 3600;
const STEPS = [
  ...[1, 5, 10, 15, 30].map((n) => n * 60),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR_S),
  ...[1, 2, 3, 5, 7, 10, 15, 30, 60, 90, 120, 180, 365, 730, 1825].map((n) => n * DAY_S),
];
const LENGTHS = { minute: 60, hour: HOUR_S, day: DAY_S };

const axesOf = (format, token, current) => {
  const common = { stroke: () => token('ink-2'), font: FONT, ticks: { show: false } };
  return [
    {
      ...common,
      grid: { show: false },
      space: 64,
      gap: 8,
      size: 32,
      values: tickText(format),
      // Between two buckets there is nothing to name.
      incrs: () => STEPS.filter((step) => step >= LENGTHS[current().interval]),
    },
    {
      ...common,
      grid: { stroke: () => token('line'), width: 1 },
      gap: 8,
      space: 40,
      incrs: [1, 2, 5]
        .flatMap((n) => Array.from({ length: 12 }, (_, power) => n * 10 ** power))
        .sort((a, b) => a - b),
      values: (_chart, ticks) => ticks.map((tick) => format.compact(tick)),
      size: (_chart, texts) => 16 + Math.max(0, ...(texts ?? []).map((text) => text.length)) * 7,
    },
  ];
};

const momentOf = (format, interval) => (interval === 'day' ? format.weekday : format.moment);

/** Names, and what is pointed at: the text that goes with the picture. */
const createLegend = (data, format) => {
  const write = data.number ?? format.number;
  const when = element('span', { class: 'chart-when' });
  const values = data.series.map(({ total }) => element('b', { 'data-raw': true }, total ?? ''));
  const items = data.series.map(({ name, before }, index) =>
    element(
      'span',
      { class: `chart-item ${before ? 'before' : `series-${index + 1}`}` },
      name,
      ' ',
      values[index],
    ),
  );
  return {
    element: element('p', { class: 'chart-legend', role: 'status' }, ...items, when),
    /** @param {number | null | undefined} index */
    show(index, { at, series, interval }) {
      const isAt = typeof index === 'number' && at[index] !== undefined;
      when.textContent = isAt ? momentOf(format, interval)(at[index]) : '';
      for (const [n, { values: all, total }] of series.entries()) {
        const value = isAt ? all[index] : undefined;
        values[n].textContent = isAt
          ? value === null || value === undefined
            ? '–'
            : write(value)
          : (total ?? '');
      }
    },
  };
};

/** Arrows walk through the points, Home and End go to the ends, Escape leaves. */
const walkByKeys = (plot, chart, current) => {
  const go = (index) => chart.setCursor({ left: chart.valToPos(current().at[index] / 1000, 'x'), top: 0 });
  plot.addEventListener('keydown', (event) => {
    const last = current().at.length - 1;
    const index = chart.cursor.idx ?? -1;
    const target = { ArrowRight: index + 1, ArrowLeft: index < 0 ? last : index - 1, Home: 0, End: last }[
      event.key
    ];
    if (event.key === 'Escape') chart.setCursor({ left: -10, top: -10 });
    if (target === undefined) return;
    event.preventDefault();
    go(Math.min(last, Math.max(0, target)));
  });
  plot.addEventListener('blur', () => chart.setCursor({ left: -10, top: -10 }));
};

/** Bars need half a bucket more at either end; a single bucket needs a width at all. */
const xRange = ({ at, series, interval }, min, max) => {
  const step = LENGTHS[interval];
  const isWide = at.length < 2 || series.some(({ kind }) => kind === 'bars');
  return isWide ? [min - step / 2, max + step / 2] : [min, max];
};

const columns = ({ at, series }) => [at.map((ms) => ms / 1000), ...series.map(({ values }) => values)];

const optionsOf = (data, format, { token, plot, legend, current }) => ({
  width: plot.clientWidth || 300,
  height: plot.clientHeight || 200,
  padding: [8, 20, 0, 0],
  tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), format.zone),
  legend: { show: false },
  cursor: {
    y: false,
    drag: { x: Boolean(data.zoomed), y: false, setScale: false },
    points: {
      size: 8,
      width: 2,
      stroke: () => token('surface'),
      fill: (chart, n) => chart.series[n].stroke(chart, n),
    },
  },
  scales: {
    x: { range: (_chart, min, max) => xRange(current(), min, max) },
    y: { range: (_chart, _min, max) => [0, Math.max(1, max * 1.05)] },
  },
  axes: axesOf(format, token, current),
  series: [{}, ...data.series.map((each, index) => seriesOf(each, index, token))],
  hooks: {
    setCursor: [(chart) => legend.show(chart.cursor.idx, current())],
    setSelect: [
      (chart) => {
        const { left, width } = chart.select;
        if (width < 4) return;
        const { at, zoomed } = current();
        const [from, to] = [left, left + width].map((x) => at[chart.posToIdx(x)]);
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (from !== to) zoomed?.(from, to);
      },
    ],
  },
});

/** Whether the new data fit into the picture that is there. */
const fits = (a, b) =>
  a.interval === b.interval &&
  a.zone === b.zone &&
  a.label === b.label &&
  a.series.map(({ name, kind, before }) => `${name} ${kind} ${before}`).join() ===
    b.series.map(({ name, kind, before }) => `${name} ${kind} ${before}`).join();

/** @param {HTMLElement} place @param {ChartData} data */
const build = (place, data) => {
  let shown = data;
  const current = () => shown;
  const format = createFormat({ lang, zone: data.zone ?? 'UTC' });
  const token = (name) => getComputedStyle(place).getPropertyValue(`--${name}`).trim();
  const legend = createLegend(data, format);
  const plot = element('div', { class: 'chart-plot', tabindex: 0, role: 'group', 'aria-label': data.label });
  const table = createChartTable(current, {
    moment: momentOf(format, data.interval),
    number: data.number ?? format.number,
    ui,
  });
  place.classList.add('chart');
  place.replaceChildren(legend.element, plot, table.element);

  const chart = new uPlot(optionsOf(data, format, { token, plot, legend, current }), columns(data), plot);
  chart.root.setAttribute('aria-hidden', 'true');
  walkByKeys(plot, chart, current);

  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => chart.redraw();
  scheme.addEventListener('change', redraw);
  const resized = new ResizeObserver(() => {
    chart.setSize({ width: plot.clientWidth, height: plot.clientHeight });
  });
  resized.observe(plot);

  return {
    set(next) {
      shown = next;
      chart.setData(columns(next));
      legend.show(chart.cursor.idx, next);
      table.changed();
    },
    destroy() {
      scheme.removeEventListener('change', redraw);
      resized.disconnect();
      chart.destroy();
      place.replaceChildren();
    },
  };
};

/**
 * Draws into an empty element; its height is that of `.chart-plot` (15rem, `--chart-height` changes it).
 * @param {HTMLElement} place
 * @param {ChartData} data
 * @returns {{ set(data: ChartData): void, destroy(): void }} `set` shows other data
 */
export const drawChart = (place, data) => {
  let last = data;
  let built = build(place, data);
  return {
    set(next) {
      if (fits(last, next)) built.set(next);
      else {
        built.destroy();
        built = build(place, next);
      }
      last = next;
    },
    destroy: () => built.destroy(),
  };
};
