import { isbotMatch } from 'isbot';

/**
 * Add-ons that people's browsers name in their agent, and in which isbot sees something else: plug-ins, toolbars, editions
 * of Internet Explorer by its distributors, and the signature of a component that programs show web pages with.
 */
const ADD_ONS = new RegExp(
  [
    String.raw`chromeframe(?:\/[\d.]+)?`,
    String.raw`(?:msn )?Optimized ?(?:IE\d+)?`,
    String.raw`Embedded ?W(?:eb ?)?B(?:rowser)?[^;)]{0,20} from: http:\/\/(?:www\.)?bsalsa\.com\/?`,
    String.raw`[\w.]{0,20} ?(?:Toolbar|(?:Site)?Advisor)\b`,
    String.raw`GoogleT\d`,
    'QQDownload',
    String.raw`FirePHP\/[\d.]+`,
  ]
    .map((part) => String.raw`\b${part}`)
    .join('|'),
  'gi',
);

/** Services that load pages to look at them, and that isbot does not know. */
const additions = /\b(?:GTmetrix|Miniature\.io|YLT Chrome|scooter|holmes)\b/i;

const REASON_LENGTH = 64;

/** Why an agent is taken for a program that nobody sits at: `agent:<what matched>`, or `agent:missing`. */
export const findBot = (agent: string): readonly string[] | undefined => {
  if (agent === '') return ['agent:missing'];
  const plain = agent.startsWith('Mozilla/') ? agent.replace(ADD_ONS, '') : agent;
  const match = isbotMatch(plain) ?? additions.exec(plain)?.[0];
  return match ? [`agent:${match.trim().slice(0, REASON_LENGTH)}`] : undefined;
};
