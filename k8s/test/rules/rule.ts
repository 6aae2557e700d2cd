import type { DeployedService } from '@pushtech/scripts/deploy';
import type { z } from 'zod';
import type { Manifest } from './manifest.ts';

/** What a rule is told beside the documents: what the code says of itself. */
export interface Deployed {
  /** The overlay's name: some promises are made for one of them only. */
  overlay: string;
  services: readonly DeployedService[];
  /** Of the project: the tag of its images. */
  version: string;
  /** By service: what it reads from its environment. */
  settings: Readonly<Record<string, z.ZodObject>>;
  /** By service: the engine URLs whose engine it opens. */
  opens: Readonly<Record<string, readonly string[]>>;
  /** Secrets that no document holds, by name: each key with a value that it could have. */
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By Compose service: what a user gets who sets nothing. */
  compose: Readonly<Record<string, ComposeService>>;
  /** By name of the file: what Compose and Kubernetes both mount. */
  files: Readonly<Record<string, string>>;
  /** Of Prometheus, in the order of the files. */
  alertGroups: readonly unknown[];
}

export interface ComposeService {
  image?: string;
  environment?: Readonly<Record<string, string | number>>;
  command?: string | readonly string[];
  /** `name:/path`, or objects. */
  volumes?: readonly unknown[];
}

/** A sentence: which object, which field, what is wrong with it. */
export type Problem = string;

export interface Rule {
  /** What holds of documents that keep it; the name of its test. */
  promise: string;
  /** Pure. @returns nothing where the documents keep the rule */
  check(documents: readonly Manifest[], deployed: Deployed): Problem[];
}

export const nameOf = (manifest: Manifest): string => `${manifest.kind} ${manifest.metadata?.name ?? '?'}`;

/** The one form of all sentences: the object, its field, what is wrong with it. */
export const problem = (manifest: Manifest, sentence: string): Problem => `${nameOf(manifest)}: ${sentence}`;

/** A sentence where something is wrong, nothing where it is right. */
export const when = (wrong: unknown, sentence: Problem): Problem[] => (wrong ? [sentence] : []);
