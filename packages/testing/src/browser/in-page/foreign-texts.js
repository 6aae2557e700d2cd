// Lists texts with letters that stand outside of ⟦⟧.
(() => {
  const raw = '[data-raw], code, pre, time, script, style, noscript, template';
  const attributes = [
    'aria-label',
    'aria-description',
    'aria-roledescription',
    'aria-valuetext',
    'title',
    'placeholder',
    'alt',
    'label',
  ];
  const found = [];

  const outside = (text) => {
    let rest = text;
    for (let before = ''; before !== rest; ) {
      before = rest;
      rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
    }
    return rest;
  };

  const look = (where, text) => {
    if (/\p{L}/u.test(outside(text)))
      found.push(`${where}: ${text.trim().replace(/\s+/g, ' ').slice(0, 120)}`);
  };

  const nameOf = (element) =>
    element.localName +
    (element.id ? `#${element.id}` : '') +
    [...element.classList].map((name) => `.${name}`).join('');

  look('title of the page', document.title.replace(/ · pushtech$/, ''));
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest(raw)) continue;
    for (const name of attributes) {
      const value = element.getAttribute(name);
      if (value) look(`${nameOf(element)} ${name}`, value);
    }
    if (element.matches('input:is([type=submit], [type=button], [type=reset])'))
      look(nameOf(element), element.value);
    // A text may be broken by elements that hold data: ⟦Seen <b>x</b> times⟧. So whole blocks are looked at where brackets do not close.
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) look(nameOf(element), node.data);
    }
  }
  return found;
})();
