/** The network as data: the vocabulary in which every other room speaks. */
export type * from './activation'
export * from './consumers'
export * from './distribution'
export type * from './graph'
export type * from './initializer'
export type * from './op'
export type * from './parameter'
export type * from './span'
