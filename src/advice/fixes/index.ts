/** The edits that write advice, or an experiment, into the user's file. */
export { type FixRequest, makeFix } from './request'
export type { FixResult, FixTarget } from './torch'
