import { createHash, randomBytes } from 'node:crypto';
import type { Share } from '@pushtech/store';

/** 256 bits: nobody guesses one. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Only this is kept: who reads the store cannot use the links. */
export const shareId = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const SECRET_PATTERN = /^[\w-]{43}$/;

/** Why a link shows nothing any more. */
export const endOf = (share: Share, now: number): 'revoked' | 'expired' | undefined => {
  if (share.revokedAt !== undefined) return 'revoked';
  return share.expires !== undefined && share.expires <= now ? 'expired' : undefined;
};
