// The map, which comes after everything else.

import { element } from '@pushtech/ui/browser/element.js';
import { facts } from '@pushtech/ui/browser/facts.js';
import { number, words } from './context.js';

let drawn;
let wanted;
let isComing = false;

const draw = async (place) => {
  const { drawMap } = await import('@pushtech/ui/browser/map.js');
  const first = wanted;
  drawn = await drawMap(place, first);
  if (wanted !== first) drawn.set(wanted);
};

const addStyle = () => {
  document.head.append(element('link', { rel: 'stylesheet', href: facts.mapStyle }));
};

/** Only when it is about to be seen. */
const whenSeen = (place, run) => {
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      run();
    },
    { rootMargin: '200px' },
  );
  seen.observe(place);
};

/** @param {HTMLElement} place */
export const showPlaces = (place, view, how) => {
  const { country } = view.tables;
  place.hidden = !country;
  if (!country) return;
  wanted = {
    label: words.map,
    values: country.rows.flatMap(([code, events]) => (code === null ? [] : [{ code, value: events }])),
    ...(view.row?.table === 'country' && view.row.value !== null && { selected: view.row.value }),
    number,
    picked: (code) =>
      how.follow(
        view.row?.table === 'country' && view.row.value === code
          ? { open: undefined, value: undefined }
          : { open: 'country', value: code, tables: how.tablesWith('places', 'country') },
      ),
    ...(facts.tileUrl && { tiles: { url: facts.tileUrl, attribution: '' } }),
  };
  if (drawn) return drawn.set(wanted);
  if (isComing) return;
  isComing = true;
  whenSeen(place, () => {
    addStyle();
    void draw(place);
  });
};
