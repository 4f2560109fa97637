/** Functions that torch has and whose result is not followed here: it is unknown, with the function's name as the reason. */
import type { Place, TorchFunction } from './declare'

const both: readonly Place[] = ['torch', 'method']

const names: readonly (readonly [places: readonly Place[], names: string])[] = [
  [
    both,
    'addr aminmax as_strided bitwise_left_shift bitwise_right_shift cholesky_inverse cholesky_solve copysign corrcoef cov cummax cummin diagflat frexp gcd lcm',
  ],
  [
    both,
    'geqrf histc histogram igamma igammac index_reduce isneginf isposinf isreal ldexp logaddexp2 logdet lu matrix_power msort mvlgamma nanquantile nextafter',
  ],
  [both, 'orgqr ormqr polygamma put quantile renorm select_scatter signbit slice_scatter triangular_solve'],
  [
    ['method'],
    'align_to apply_ diagonal_scatter geometric_ map_ resize_ resize_as_ set_ storage storage_offset to_sparse sparse_mask indices values symeig qr svd stft',
  ],
  [
    ['torch'],
    'bartlett_window binomial blackman_window block_diag cartesian_prod combinations gradient hamming_window hann_window kaiser_window isin lobpcg',
  ],
  [
    ['torch'],
    'pca_lowrank svd_lowrank poisson sparse_coo_tensor sparse_csr_tensor trapezoid trapz vander segment_reduce get_rng_state typename',
  ],
  [['functional'], 'pdist conv_tbc'],
]

export const unmodelledFunctions: readonly TorchFunction[] = names.map(([places, listed]) => ({
  names: listed.split(' '),
  parameters: '*args, **kwargs',
  places,
  body: (call) => call.interpreter.unknown(`${call.name} is not modelled`, call.span),
}))
