const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);

/**
 * The vector selectors of an expression, e.g. `up{job="tracker"}`, without ranges. Made for the queries of this folder: no
 * braces in strings, grouping labels in parentheses behind their word.
 */
export const selectorsOf = (expr: string): string[] => {
  const bare = expr
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)(\s*\{[^}]*\})?(\s*\()?/g)].flatMap(
    ([, name = '', matchers = '', call]) =>
      call || KEYWORDS.has(name.toLowerCase()) || /^\d/.test(name) ? [] : [`${name}${matchers.trim()}`],
  );
};

/** Names of the metrics an expression reads. */
export const metricsOf = (expr: string): string[] =>
  selectorsOf(expr).map((selector) => selector.replace(/\{.*/s, ''));
