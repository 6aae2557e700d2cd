/** What the check wants to know of a page's markup. Comments are left out; nothing is run. */
export interface PageTags {
  scripts: { src: string; nonce: string | undefined }[];
  images: string[];
  /** Policies of `<meta http-equiv>`. */
  policies: string[];
}

const TAG = /<(script|img|meta)\b([^<>]{0,8192})>/gi;
/** With or without a value, so that no name is read twice. */
const ATTRIBUTE = /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

const entities: Record<string, string> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
};

const decode = (text: string): string =>
  text.replace(/&(?:amp|quot|apos|#39|#x27);/gi, (entity) => entities[entity.toLowerCase()] ?? entity);

const attributesOf = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decode(double ?? single ?? bare ?? ''),
    ]),
  );

/** Without comments; by hand, since a regular expression would be slow on hostile pages. */
const withoutComments = (text: string): string => {
  let kept = '';
  for (let at = 0; ; ) {
    const open = text.indexOf('<!--', at);
    if (open < 0) return kept + text.slice(at);
    kept += text.slice(at, open);
    const close = text.indexOf('-->', open + 4);
    if (close < 0) return kept;
    at = close + 3;
  }
};

/** Looks for tags by pattern: enough for one's own snippet, which is written by a person or by us. */
export const readHtml = (text: string): PageTags => {
  const tags: PageTags = { scripts: [], images: [], policies: [] };
  for (const [, name = '', inner = ''] of withoutComments(text).matchAll(TAG)) {
    const attributes = attributesOf(inner);
    const src = attributes.get('src');
    const kind = name.toLowerCase();
    if (kind === 'script' && src) tags.scripts.push({ src, nonce: attributes.get('nonce') });
    if (kind === 'img' && src) tags.images.push(src);
    const isPolicy = attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy';
    if (kind === 'meta' && isPolicy) tags.policies.push(attributes.get('content') ?? '');
  }
  return tags;
};
