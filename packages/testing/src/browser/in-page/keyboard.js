// Follows the focus: which elements were reached, and whether each looked different then.
(() => {
  const interactive =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [tabindex]:not([tabindex="-1"])';
  const groups =
    '[role=tablist], [role=radiogroup], [role=grid], [role=menu], [role=toolbar], [role=listbox]';
  const properties = [
    'outlineStyle',
    'outlineWidth',
    'outlineColor',
    'boxShadow',
    'borderColor',
    'stroke',
    'strokeWidth',
    'backgroundColor',
  ];

  // A ring may be drawn around the field, or by what follows a hidden radio button.
  const around = (element) =>
    [element, element.parentElement, element.nextElementSibling, element.closest('label')].filter(Boolean);

  const look = (element) =>
    around(element).map((each) => {
      const style = getComputedStyle(each);
      const values = properties.map((name) =>
        style.outlineStyle === 'none' && name.startsWith('outline') ? '' : style[name],
      );
      return values.join();
    });

  const isWorked = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.matches(':disabled') &&
    !element.closest('[inert]') &&
    !(element.tabIndex < 0 && element.closest(groups));

  const nameOf = (element) => {
    const text = (element.getAttribute('aria-label') ?? element.textContent ?? '')
      .trim()
      .replace(/\s+/g, ' ')
      .slice(0, 40);
    const id = element.id ? `#${element.id}` : element.name ? `[name=${element.name}]` : '';
    return `${element.localName}${id} ${text}`.trim();
  };

  // Focus moves on from where it is: begin before everything.
  document.activeElement?.blur();
  getSelection()?.removeAllRanges();
  const start = document.createElement('span');
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();

  const expected = [...document.querySelectorAll(interactive)].filter(isWorked);
  const before = new Map(expected.map((element) => [element, look(element)]));
  const seen = new Set();
  const ringless = [];
  let last;

  const sameGroup = (element) =>
    element.type === 'radio' && element.name !== ''
      ? [...seen].some(
          (other) => other.type === 'radio' && other.name === element.name && other.form === element.form,
        )
      : false;

  globalThis.pushtechKeys = {
    step() {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      // Day, month, year and the calendar of a date field are stops of their own.
      if (element === last && /^(date|time|month|week)/.test(element.type)) return nameOf(element);
      if (seen.has(element)) return null;
      last = element;
      seen.add(element);
      const was = before.get(element);
      if (was && look(element).join(';') === was.join(';')) ringless.push(element);
      return nameOf(element);
    },
    faults(also) {
      return [
        ...expected
          .filter(
            (element) =>
              element.isConnected && isWorked(element) && !seen.has(element) && !sameGroup(element),
          )
          .map((element) => `not reached: ${nameOf(element)}`),
        ...ringless.map((element) => `no ring: ${nameOf(element)}`),
        ...also
          .filter((selector) => ![...seen].some((element) => element.matches(selector)))
          .map((selector) => `not reached: ${selector}`),
      ];
    },
  };
})();
