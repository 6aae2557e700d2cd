// The graph over time. Its module comes after the numbers.
import { formatIn, words } from './context.js';

let chart;
const charts = () => {
  chart ??= import('@pushtech/ui/browser/chart.js');
  return chart;
};

/** As many values as there are moments: the period before may have had a day more or less. */
const fitted = (values, length) => Array.from({ length }, (_, i) => values[i] ?? null);

/** @param {object} line what the server counted @param {object} [before] */
export const chartData = (line, before, { metric, zone, label, name, zoomed }) => {
  const of = (one) => one[metric] ?? one.events;
  const values = of(line);
  return {
    ...{ label, at: line.at, interval: line.interval, zone, number: (n) => formatIn().number(n) },
    series: [
      { name, values, kind: line.interval === 'minute' ? 'bars' : 'area' },
      ...(before
        ? [{ name: words.graph.before, values: fitted(of(before), values.length), before: true }]
        : []),
    ],
    ...(zoomed && line.interval === 'day' && { zoomed }),
  };
};

/** Draws into an element, and draws anew what changes. */
export const createGraph = (place) => {
  let drawn;
  let wanted;
  const draw = async () => {
    const { drawChart } = await charts();
    if (!wanted) return;
    if (drawn) drawn.set(wanted);
    else drawn = drawChart(place, wanted);
  };
  return {
    show(data) {
      wanted = data;
      return draw();
    },
    destroy() {
      wanted = undefined;
      drawn?.destroy();
      drawn = undefined;
    },
  };
};
