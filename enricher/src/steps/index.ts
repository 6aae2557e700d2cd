import type { Devices } from '@pushtech/device';
import type { Places } from '@pushtech/place';
import type { Step } from '../draft.ts';
import type { ReferrerLists } from '../referrer-lists.ts';
import type { SiteRules } from '../site-rules.ts';
import { applySiteRules } from './apply-site-rules.ts';
import { dropErased, type Forgotten, nobodyForgotten } from './drop-erased.ts';
import { findPlace } from './find-place.ts';
import { flagBot } from './flag-bot.ts';
import { nameReferrer } from './name-referrer.ts';
import { parseHit } from './parse-hit.ts';
import { protectPrivacy } from './protect-privacy.ts';
import { readCampaign } from './read-campaign.ts';
import { readDevice } from './read-device.ts';
import { readPage } from './read-page.ts';
import { tellVisitor, type VisitorRules } from './tell-visitor.ts';
import { validateItem } from './validate-item.ts';

export interface StepDeps extends VisitorRules {
  places: Places;
  devices: Devices;
  referrers: ReferrerLists;
  /** None without them. */
  rules?: Pick<SiteRules, 'of'>;
  /** Nobody without them. */
  forgotten?: Forgotten;
}

/** The steps in their published order. */
export const createSteps = (deps: StepDeps): readonly Step[] => [
  parseHit,
  validateItem,
  readPage,
  nameReferrer(deps.referrers),
  readCampaign,
  readDevice(deps.devices),
  flagBot(deps.devices),
  findPlace(deps.places),
  tellVisitor(deps),
  dropErased(deps.forgotten ?? nobodyForgotten),
  applySiteRules(deps.rules ?? { of: () => undefined }),
  protectPrivacy,
];
