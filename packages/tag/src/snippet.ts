export interface SnippetOptions {
  /** Where browsers reach the tracker, e.g. `https://trk.example.org`. */
  origin: string;
  /** Default: the host of each page without `www.`. */
  site?: string;
  /** Name of the script at the tracker, one of `TAG_NAMES`. Default `t.js`. */
  name?: string;
  /** Path of the pixel at the tracker: `/t`, or the first of `TRACK_PATHS` under another name. Default `/t`. */
  path?: string;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The HTML that a site's pages carry; safe to paste whatever the values are. */
export const snippet = ({ origin, site, name = 't.js', path = '/t' }: SnippetOptions): string => {
  const base = escaped(origin.replace(/\/+$/, ''));
  const data = site === undefined ? '' : ` data-site="${escaped(site)}"`;
  const query = site === undefined ? '' : `?site=${escaped(encodeURIComponent(site))}`;
  // The referrer policy: without a script only the Referer says which page it was.
  return `<script defer src="${base}/${escaped(name)}"${data}></script>
<noscript><img src="${base}${escaped(path)}/pageview${query}" alt="" width="1" height="1" referrerpolicy="no-referrer-when-downgrade"></noscript>
`;
};
