/** Predicts the moments of every tensor and of its gradient at initialization. */
export { type ActivationMoments, activationMoments } from './activationMoments'
export { type FloatFormat, floatFormats, leaves } from './floatFormats'
export { fuseNorms } from './fuseNorms'
export { initializerMoments, type WeightMoments } from './initializerMoments'
export { calibrate, type PredictOptions, predict } from './predict'
export { calibrateRemembered, predictRemembered } from './remembered'
export { verdictsOn } from './verdicts'
export { bestPassing } from './verdicts/passing'
