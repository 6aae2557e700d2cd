import type { Campaign } from '@pushtech/event';
import type { Step } from '../draft.ts';
import { eachParam } from '../each-param.ts';

const fields = new Map<string, Exclude<keyof Campaign, 'clickId'>>([
  ['utm_source', 'source'],
  ['utm_medium', 'medium'],
  ['utm_campaign', 'name'],
  ['utm_term', 'term'],
  ['utm_content', 'content'],
]);

/** What advertisers append to a link, and who they are. */
const clickIds = new Map([
  ['gclid', 'google'],
  ['dclid', 'google'],
  ['wbraid', 'google'],
  ['gbraid', 'google'],
  ['fbclid', 'facebook'],
  ['msclkid', 'bing'],
  ['ttclid', 'tiktok'],
  ['twclid', 'twitter'],
  ['li_fat_id', 'linkedin'],
  ['yclid', 'yandex'],
  ['rdt_cid', 'reddit'],
  ['epik', 'pinterest'],
  ['ScCid', 'snapchat'],
]);

const HINT = /utm_|clid=|braid=|clkid=|li_fat_id=|rdt_cid=|epik=|ScCid=/;
const VALUE_LENGTH = 1024;

/** campaign: `utm_*` parameters and click ids of the page's address; a click id names the source where `utm_source` does not. */
export const readCampaign: Step = {
  name: 'campaign',
  run({ event }) {
    const url = event.page?.url;
    if (url === undefined || !HINT.test(url)) return undefined;
    const campaign: Campaign = {};
    let clickSource: string | undefined;
    eachParam(url, (name, value) => {
      if (value === '') return;
      const field = fields.get(name);
      if (field) campaign[field] ??= value.slice(0, VALUE_LENGTH);
      const source = clickIds.get(name);
      if (source === undefined || campaign.clickId !== undefined) return;
      campaign.clickId = `${name}=${value.slice(0, VALUE_LENGTH)}`;
      clickSource = source;
    });
    if (clickSource !== undefined) campaign.source ??= clickSource;
    for (const _ in campaign) {
      event.campaign = campaign;
      break;
    }
    return undefined;
  },
};
