/** The edits that write advice, or an experiment, into the user's file. */
export { type FixRequest, makeFix } from './request'
export { makeSpecFix } from './spec'
export type { FixResult, FixTarget } from './torch'
