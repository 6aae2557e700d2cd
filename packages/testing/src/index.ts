export { freePort } from './free-port.ts';
export { engineUrl, needs } from './needs.ts';
