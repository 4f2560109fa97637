/** Recurrent layers, and what runs or joins them. */
import type { KerasLayer } from '../../layer/declare'
import { bidirectional } from './bidirectional'
import { convLstmLayers } from './convolutional'
import { recurrentLayers as ownLayers } from './layers'
import { cellRunners } from './rnn'

export const recurrentLayers: readonly KerasLayer[] = [...ownLayers, ...cellRunners, ...convLstmLayers, bidirectional]
