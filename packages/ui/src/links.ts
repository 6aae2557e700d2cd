/** Services that have a host name of their own behind an ingress (DESIGN §6). */
export type ServiceHost = 'trk' | 'kafidx' | 'consumers' | 'www';

/** An address of one of our services: a path where all have one host, else an absolute URL by `PUBLIC_URL`. */
export type Links = (service: ServiceHost, path: string) => string;

/** @param publicUrl `PUBLIC_URL`: empty, one address for all, or a pattern with `{service}` */
export const createLinks = (publicUrl: string): Links => {
  const base = publicUrl.replace(/\/+$/, '');
  return (service, path) => (base.includes('{service}') ? base.replace('{service}', service) + path : path);
};
