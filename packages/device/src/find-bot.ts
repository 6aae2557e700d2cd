import { isbotMatch } from 'isbot';

/**
 * Parts of people's browsers in which isbot sees something else: Google's plug-in for Internet Explorer, and the
 * signature of a component that programs use to show web pages.
 */
const innocent = /\bchromeframe(?:\/[\d.]+)?|Embedded Web Browser from: http:\/\/bsalsa\.com\/?/gi;

/** Services that load pages to look at them, and that isbot does not know. */
const additions = /\b(?:GTmetrix|Miniature\.io|YLT Chrome|scooter|holmes)\b/i;

const REASON_LENGTH = 64;

/** Why an agent is taken for a program that nobody sits at: `agent:<what matched>`, or `agent:missing`. */
export const findBot = (agent: string): readonly string[] | undefined => {
  if (agent === '') return ['agent:missing'];
  const plain = agent.replace(innocent, '');
  const match = isbotMatch(plain) ?? additions.exec(plain)?.[0];
  return match ? [`agent:${match.trim().slice(0, REASON_LENGTH)}`] : undefined;
};
