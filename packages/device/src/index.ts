export { type Agent, createDevices, type Devices } from './devices.ts';
