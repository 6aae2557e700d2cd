export type { ReadAddress } from '@pushtech/service';
