import { parseAst } from 'vitest/node';

/** A test as its source says it: the names of what it stands in and its own, blanks as they stand there. */
export type PromisePath = string[];

/** What we look at of a syntax tree (ESTree); the parser's own types know each kind of node apart. */
interface Node {
  type: string;
  [key: string]: unknown;
}

/** `needs` is a `describe` for tests that need engines; contracts declare tests by `promise`. */
const suites = new Set(['describe', 'suite', 'needs']);
const tests = new Set(['test', 'it', 'promise']);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** `test` of `test.each(table)`, `needs` of `needs('redis')`. */
const rootName = (callee: Node): string | undefined => {
  const inner = { MemberExpression: 'object', CallExpression: 'callee', TaggedTemplateExpression: 'tag' }[
    callee.type
  ];
  if (inner !== undefined) return rootName(callee[inner] as Node);
  return callee.type === 'Identifier' ? String(callee.name) : undefined;
};

/** A title that stands in the source. Names from elsewhere have none. */
const titleOf = (node: Node | undefined, source: string): string | undefined => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'BinaryExpression') {
    const [left, right] = [titleOf(node.left as Node, source), titleOf(node.right as Node, source)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if (node?.type !== 'TemplateLiteral') return undefined;
  const texts = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  // Nothing but blanks: a function that declares tests for others.
  if (texts.length > 1 && !/[a-z]{3}/i.test(texts.join(''))) return undefined;
  const blanks = (node.expressions as { start: number; end: number }[]).map(
    ({ start, end }) => `\${${source.slice(start, end)}}`,
  );
  return texts.map((text, index) => text + (blanks[index] ?? '')).join('');
};

const children = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** Reads a file's tests without running it. What runs decides which there really are: tables, loops, conditions. */
export const readTests = (source: string): PromisePath[] => {
  const found: PromisePath[] = [];

  const visitCall = (call: Node, path: PromisePath): boolean => {
    const args = call.arguments as Node[];
    const root = rootName(call.callee as Node);
    if (root === undefined || args.length < 2) return false;
    const title = titleOf(args[0], source);
    if (suites.has(root)) {
      const inside = title === undefined ? path : [...path, title];
      for (const arg of args) visit(arg, inside);
      return true;
    }
    if (tests.has(root) && title !== undefined) found.push([...path, title]);
    return tests.has(root);
  };

  const visit = (node: Node, path: PromisePath): void => {
    if (node.type === 'CallExpression' && visitCall(node, path)) return;
    for (const child of children(node)) visit(child, path);
  };

  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, []);
  return found;
};
