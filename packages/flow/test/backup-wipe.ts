// What tests delete and look at on real engines by hand, not with the code under test.
export { dropTopics, timesOf } from '@pushtech/log/testing';
export { openMongo } from '@pushtech/store/testing';
