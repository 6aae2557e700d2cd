// The style guide's own module: what a screen does with the shared ones.
import '@pushtech/ui/browser/copy.js';
import '@pushtech/ui/browser/dialog.js';
import '@pushtech/ui/browser/menu.js';
import '@pushtech/ui/browser/table.js';
import { drawChart } from '@pushtech/ui/browser/chart.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { drawMap } from '@pushtech/ui/browser/map.js';

const picked = (code) => {
  document.body.dataset.picked = code;
  map.set({ ...facts.map, selected: code, picked });
};

const zoomed = (from, to) => {
  document.body.dataset.zoomed = `${from} ${to}`;
};

globalThis.chart = drawChart(document.getElementById('chart'), { ...facts.chart, zoomed });
drawChart(document.getElementById('bars'), facts.bars);
const map = await drawMap(document.getElementById('map'), { ...facts.map, picked });
globalThis.map = map;
document.body.dataset.ready = 'true';
