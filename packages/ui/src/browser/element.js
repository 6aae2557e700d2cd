/**
 * An element; texts become text nodes, so nothing in them is ever markup.
 * @param {string} name @param {Record<string, string | number | boolean | undefined>} [attributes] @param {...(Node | string | false | undefined)} children
 */
export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
};
