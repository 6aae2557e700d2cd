import type { Event } from '@pushtech/event';
import { eventOf } from './start.ts';

export const payloads = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1">',
  '"><svg onload=globalThis.hacked=1>',
  "'-(globalThis.hacked=1)-'",
  '</pre></td></table><iframe srcdoc="<script>parent.hacked=1</script>">',
  '</textarea></script><script>globalThis.hacked=1</script>',
  'javascript:globalThis.hacked=1',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  '\u202egnp.exe\u2066\u0000\u001b[31m\u200b\ufeff\u2028',
];

/** The same text wherever a sender can put one. */
export const hostileEvent = (text: string): Event =>
  eventOf({
    type: text,
    site: text,
    page: { url: `https://a.example/?${text}`, host: text, path: `/${text}`, title: text },
    referrer: { url: text, host: text, medium: text, source: text, term: text },
    campaign: { source: text, clickId: text },
    place: { country: text, region: text, city: text, accuracy: 'ip' },
    device: { kind: text, vendor: text, model: text, os: { name: text }, browser: { name: text } },
    bot: { reasons: [`agent:${text}`] },
    properties: { [text]: text, nested: { [text]: [text] } },
  });

export const hostileDead = (text: string) => ({
  at: text,
  reason: text,
  step: text,
  message: text,
  type: text,
  site: text,
  original: text,
  encoding: 'utf8',
  position: text,
});

/** Elements in the list and the panel that neither of them ever makes. */
export const strangers = `[...document.querySelectorAll('#sheet *, #detail-body *, #detail-title *')]
  .filter((element) => !['DIV', 'SPAN', 'DETAILS', 'SUMMARY', 'BUTTON', 'PRE'].includes(element.tagName)
    || [...element.attributes].some(({ name }) => !['class', 'id', 'role', 'type', 'open', 'hidden', 'data-raw', 'aria-selected'].includes(name))).length`;
