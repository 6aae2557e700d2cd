import { posix } from 'node:path';
import { escapeHtml, Html } from '@pushtech/ui';
import MarkdownIt, { type RendererRule, type Token } from 'markdown-it';
import type { DocFile } from './files.ts';

/** Marks for programs that write parts of a document; a line each. */
const MARK = /^<!--[^\n]*-->$/gm;

/** Anchors as they are known from code hosts: words in lower case, hyphens between them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/ /g, '-');

/** The same heading twice gets `-1`, `-2`. */
const createAnchors = () => {
  const taken = new Map<string, number>();
  return (heading: string): string => {
    const anchor = anchorOf(heading) || 'part';
    const n = taken.get(anchor) ?? 0;
    taken.set(anchor, n + 1);
    return n === 0 ? anchor : `${anchor}-${n}`;
  };
};

const textOf = ({ children }: Token): string => (children ?? []).map(({ content }) => content).join('');

const addAnchors = (tokens: readonly Token[]): void => {
  const anchor = createAnchors();
  tokens.forEach((token, index) => {
    const inline = tokens[index + 1];
    if (token.type === 'heading_open' && inline) token.attrSet('id', anchor(textOf(inline)));
  });
};

/** Alignment comes as a style attribute, which the policy forbids. */
const alignByClass = (tokens: readonly Token[]): void => {
  for (const token of tokens) {
    const style = token.attrGet('style');
    if (style === null) continue;
    token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
    if (String(style).includes('right')) token.attrSet('class', 'number');
  }
};

/** Where a document's link leads here; `undefined` for files that are not shown. */
const createTargets = (docs: readonly DocFile[], base: string) => {
  const slugs = new Map(docs.map(({ path, slug }) => [path, slug]));
  return (from: string, href: string): string | undefined => {
    if (/^(https?:|mailto:|#)/i.test(href)) return href;
    const [target = '', fragment] = href.split('#', 2);
    const path = posix.join(posix.dirname(from), target).replace(/\/$/, '');
    const slug = slugs.get(path) ?? slugs.get(`${path}/README.md`);
    if (slug === undefined) return undefined;
    const page = slug === '' ? base : `${base}/${slug}`;
    return fragment === undefined ? page : `${page}#${fragment}`;
  };
};

/** Links that lead nowhere here become plain text. */
const rewriteLinks = (inline: Token, to: (href: string) => string | undefined): void => {
  const kept: Token[] = [];
  let dropped = 0;
  for (const token of inline.children ?? []) {
    if (token.type === 'link_open') {
      const href = to(String(token.attrGet('href') ?? ''));
      if (href === undefined) {
        dropped += 1;
        continue;
      }
      token.attrSet('href', href);
      if (/^https?:/i.test(href)) token.attrSet('rel', 'noreferrer');
    } else if (token.type === 'link_close' && dropped > 0) {
      dropped -= 1;
      continue;
    }
    kept.push(token);
  }
  inline.children = kept;
};

/** Renders documents with links between them; markup in the text stays text, images are left out. */
export const createRender = (docs: readonly DocFile[], base: string) => {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
  markdown.disable('image');
  const target = createTargets(docs, base);
  // What may scroll sideways must be reached by keyboard too.
  const code: RendererRule = (tokens, index) =>
    `<pre tabindex="0"><code>${escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`;
  markdown.renderer.rules.fence = code;
  markdown.renderer.rules.code_block = code;
  markdown.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => '</table></div>\n';

  return ({ path, text }: DocFile): Html => {
    const tokens = markdown.parse(text.replace(MARK, ''), {});
    addAnchors(tokens);
    alignByClass(tokens);
    for (const token of tokens) {
      if (token.type === 'inline') rewriteLinks(token, (href) => target(path, href));
    }
    return new Html(markdown.renderer.render(tokens, markdown.options, {}));
  };
};
