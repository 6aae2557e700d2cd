import { part } from './words.js';

const SECONDS = 120;

/** The last two minutes as bars: events, and what died of them on top. Drawn once a second. */
export const createRateGraph = () => {
  const canvas = /** @type {HTMLCanvasElement} */ (part('graph'));
  const context = canvas.getContext('2d');
  /** @type {{ events: number, dead: number }[]} */
  const rates = [];

  const draw = () => {
    if (!context) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const style = getComputedStyle(canvas);
    const most = Math.max(10, ...rates.map(({ events, dead }) => events + dead));
    const step = width / SECONDS;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    rates.forEach(({ events, dead }, index) => {
      const x = width - (rates.length - index) * step;
      const tall = (/** @type {number} */ n) => (n === 0 ? 0 : Math.max(1, (n / most) * (height - 2)));
      context.fillStyle = style.getPropertyValue('--accent');
      context.fillRect(x, height - tall(events), Math.max(1, step - 1), tall(events));
      context.fillStyle = style.getPropertyValue('--bad');
      context.fillRect(x, height - tall(events) - tall(dead), Math.max(1, step - 1), tall(dead));
    });
  };

  new ResizeObserver(draw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  return {
    /** @param {{ events: number, dead: number }} rate of the last second */
    add(rate) {
      rates.push(rate);
      if (rates.length > SECONDS) rates.shift();
      requestAnimationFrame(draw);
    },
  };
};
