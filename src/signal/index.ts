/** Predicts the moments of every tensor and of its gradient at initialization. */
