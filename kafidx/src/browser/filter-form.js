const texts = ['type', 'site', 'country', 'path', 'id'];
const flags = ['bots', 'dead'];

/**
 * The filter's form, kept in the page's address so that a view can be shared.
 * @param {HTMLFormElement} form
 * @param {(filter: Record<string, string>) => void} changed
 */
export const createFilterForm = (form, changed) => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} name */
  const input = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

  const read = () => {
    /** @type {Record<string, string>} */
    const filter = {};
    for (const name of texts) if (input(name).value.trim() !== '') filter[name] = input(name).value.trim();
    for (const name of flags) if (!input(name).checked) filter[name] = '0';
    return filter;
  };

  /** The field of an id is there only while one is followed. */
  const showId = () => {
    const label = input('id').closest('label');
    if (label) label.hidden = input('id').value === '' && document.activeElement !== input('id');
  };

  const apply = () => {
    clearTimeout(timer);
    const filter = read();
    const query = new URLSearchParams(filter).toString();
    showId();
    // A field tells of one change twice: while it is typed and when it is left.
    if (query === applied) return;
    applied = query;
    history.replaceState(null, '', query === '' ? location.pathname : `?${query}`);
    changed(filter);
  };

  const address = new URLSearchParams(location.search);
  for (const name of texts) input(name).value = address.get(name) ?? '';
  for (const name of flags) input(name).checked = address.get(name) !== '0';
  showId();
  let applied = new URLSearchParams(read()).toString();

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 300);
  });
  form.addEventListener('change', apply);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });

  return {
    read,
    /** @param {string} name @param {string} value */
    set(name, value) {
      input(name).value = value;
      apply();
    },
  };
};
