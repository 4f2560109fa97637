/** Modules of torch around the model: optimizers, data, devices, scripting. None of them decides what is drawn. */
import type { Interpreter } from '../../../python/host'
import { bool, int, none, str, tuple, unknown } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { noteOwnDerivative } from '../../ownDerivative'
import { noteTraining } from '../module/instances'
import { always, idleClass, idleContext, nothing, passThrough, unread } from './tolerant'

type Entry = readonly [string, Value]
type Factory = (interpreter: Interpreter) => ModuleValue

const isClassName = (name: string): boolean => /^[A-Z]/.test(name)

/** Tells that the program trains. */
const trains = method('step(self, *args, **kwargs)', (_, interpreter) => {
  noteTraining(interpreter)
  return none
})

/** An optimizer or scheduler: holds nothing. */
function idleOptimizer(name: string, module: string): ClassValue {
  const cls = idleClass(name, `${module}.${name}`, [
    'zero_grad',
    'state_dict',
    'load_state_dict',
    'add_param_group',
    'get_last_lr',
    'print_lr',
  ])
  cls.attributes.set('step', trains)
  cls.attributes.set('param_groups', { kind: 'list', items: [] })
  return cls
}

/** A module whose capitalized names are idle classes. */
function ofClasses(name: string, make: (attribute: string) => ClassValue, entries: readonly Entry[] = []): Factory {
  return () => {
    const made = new Map<string, ClassValue>()
    return nativeModule(name, entries, (attribute) => {
      if (!isClassName(attribute)) return undefined
      const known = made.get(attribute) ?? make(attribute)
      made.set(attribute, known)
      return known
    })
  }
}

/** What data sets and loaders give is only known when they run. */
function unknownData(attribute: string): ClassValue {
  return nativeClass({
    name: attribute,
    qualifiedName: `torch.utils.data.${attribute}`,
    attributes: [
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      ...(attribute === 'DataLoader'
        ? [
            [
              '__iter__',
              method('__iter__(self)', (args, interpreter) => interpreter.unknown('what a DataLoader yields is not read', args.span)),
            ] as const,
          ]
        : []),
    ],
  })
}

/** `checkpoint(f, *args)` runs f. */
const checkpoint = native(
  'checkpoint(function, *args, use_reentrant=None, context_fn=None, determinism_check="", debug=False, preserve_rng_state=True, **kwargs)',
  (args, interpreter) =>
    interpreter.callWith(args.value('function'), { positional: args.rest('args'), keyword: args.keywords('kwargs'), span: args.span }),
)

/** `checkpoint_sequential(functions, segments, input)`. */
const checkpointSequential = native(
  'checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs)',
  (args, interpreter) => {
    const functions = interpreter.items(args.value('functions'), args.span)
    if (functions === null) return interpreter.unknown('the functions of checkpoint_sequential are not known', args.span)
    return functions.reduce((value: Value, f) => interpreter.call(f, [value], undefined, args.span), args.value('input'))
  },
)

/** `Function.apply(…)` runs the user's forward with a context that keeps nothing. */
function functionClass(): ClassValue {
  const context = idleClass('FunctionCtx', 'torch.autograd.function.FunctionCtx', [
    'save_for_backward',
    'mark_dirty',
    'mark_non_differentiable',
    'set_materialize_grads',
  ])
  return nativeClass({
    name: 'Function',
    qualifiedName: 'torch.autograd.Function',
    attributes: [
      [
        'apply',
        {
          kind: 'classMethod',
          fn: method('apply(cls, *args, **kwargs)', (args, interpreter) => {
            const forward = interpreter.findAttribute(args.value('cls'), 'forward', args.span)
            if (forward === undefined) return interpreter.unknown('an autograd Function without forward', args.span)
            const ctx = interpreter.instantiate(context, args.span)
            noteOwnDerivative(interpreter, args.span)
            return interpreter.callWith(forward, {
              positional: [ctx, ...args.rest('args')],
              keyword: args.keywords('kwargs'),
              span: args.span,
            })
          }),
        },
      ],
    ],
  })
}

const custom: readonly Entry[] = ['custom_fwd', 'custom_bwd', 'once_differentiable'].map((name) => [name, passThrough(name)] as const)

const cuda: readonly Entry[] = [
  ['is_available', always('is_available', bool(false))],
  ['device_count', always('device_count', int(0))],
  ['current_device', always('current_device', int(0))],
  ['is_bf16_supported', always('is_bf16_supported', bool(false))],
  ['get_device_name', always('get_device_name', str('cpu'))],
  ['get_device_capability', always('get_device_capability', tuple([int(0), int(0)]))],
  ...[
    'manual_seed',
    'manual_seed_all',
    'empty_cache',
    'synchronize',
    'set_device',
    'reset_peak_memory_stats',
    'max_memory_allocated',
    'memory_allocated',
  ].map((name) => [name, nothing(name)] as const),
  ['device', idleContext('device', 'torch.cuda.device')],
]

const amp: readonly Entry[] = [
  ['autocast', idleContext('autocast', 'torch.amp.autocast')],
  [
    'GradScaler',
    nativeClass({
      name: 'GradScaler',
      qualifiedName: 'torch.amp.GradScaler',
      attributes: [
        ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
        ['scale', method('scale(self, outputs)', (args) => args.value('outputs'))],
        ['step', trains],
        ...['update', 'unscale_'].map((name) => [name, method(`${name}(self, *args, **kwargs)`, () => none)] as const),
      ],
    }),
  ],
  ...custom,
]

const jit: readonly Entry[] = [
  ...['script', 'ignore', 'unused', 'export', 'script_method', 'interface', 'freeze', 'optimize_for_inference', 'trace'].map(
    (name) => [name, passThrough(name)] as const,
  ),
  ['is_scripting', always('is_scripting', bool(false))],
  ['is_tracing', always('is_tracing', bool(false))],
  ['annotate', native('annotate(the_type, value)', (args) => args.value('value'))],
  [
    'isinstance',
    native('isinstance(obj, target)', (args, interpreter) =>
      interpreter.call(interpreter.getAttribute(interpreter.importModule('builtins'), 'isinstance'), [
        args.value('obj'),
        args.value('target'),
      ]),
    ),
  ],
  ['Final', none],
  [
    'fork',
    native('fork(func, *args, **kwargs)', (args, interpreter) =>
      interpreter.callWith(args.value('func'), { positional: args.rest('args'), keyword: args.keywords('kwargs'), span: args.span }),
    ),
  ],
  ['wait', native('wait(future)', (args) => args.value('future'))],
  ['save', nothing('save')],
  ['load', unread('load', 'torch.jit.load is not read: the file holds trained weights')],
]

const distributed: readonly Entry[] = [
  ['is_available', always('is_available', bool(false))],
  ['is_initialized', always('is_initialized', bool(false))],
  ['get_rank', always('get_rank', int(0))],
  ['get_world_size', always('get_world_size', int(1))],
  ...['init_process_group', 'destroy_process_group', 'barrier', 'all_reduce', 'broadcast', 'all_gather', 'reduce'].map(
    (name) => [name, nothing(name)] as const,
  ),
]

const fixed =
  (name: string, entries: readonly Entry[]): Factory =>
  () =>
    nativeModule(name, entries)

const optimizers = (name: string) => (attribute: string) => idleOptimizer(attribute, name)

/** By dotted name. */
export const aroundModules: readonly (readonly [string, Factory])[] = [
  ['torch.optim', ofClasses('torch.optim', optimizers('torch.optim'))],
  ['torch.optim.lr_scheduler', ofClasses('torch.optim.lr_scheduler', optimizers('torch.optim.lr_scheduler'))],
  ['torch.optim.optimizer', ofClasses('torch.optim.optimizer', optimizers('torch.optim.optimizer'))],
  ['torch.optim.swa_utils', ofClasses('torch.optim.swa_utils', optimizers('torch.optim.swa_utils'))],
  // Functions of the compiled core: usage counters and switches.
  ['torch._C', () => nativeModule('torch._C', [], (name) => (isClassName(name) ? undefined : nothing(name)))],
  ['torch.utils', fixed('torch.utils', [])],
  ['torch.utils.data', ofClasses('torch.utils.data', unknownData, [['random_split', unread('random_split', 'data is not read')]])],
  ...['distributed', 'dataset', 'dataloader', 'sampler'].map(
    (name) => [`torch.utils.data.${name}`, ofClasses(`torch.utils.data.${name}`, unknownData)] as const,
  ),
  [
    'torch.utils.checkpoint',
    fixed('torch.utils.checkpoint', [
      ['checkpoint', checkpoint],
      ['checkpoint_sequential', checkpointSequential],
    ]),
  ],
  [
    'torch.utils.tensorboard',
    ofClasses('torch.utils.tensorboard', (name) =>
      idleClass(name, `torch.utils.tensorboard.${name}`, [
        'add_scalar',
        'add_graph',
        'add_image',
        'add_histogram',
        'close',
        'flush',
        'add_text',
        'add_scalars',
        'add_images',
      ]),
    ),
  ],
  ['torch.utils.model_zoo', fixed('torch.utils.model_zoo', [['load_url', unread('load_url', 'trained weights are not read')]])],
  [
    'torch.hub',
    fixed(
      'torch.hub',
      ['load', 'load_state_dict_from_url', 'download_url_to_file', 'list', 'help', 'get_dir'].map(
        (name) => [name, unread(name, `torch.hub.${name} is not read`)] as const,
      ),
    ),
  ],
  ['torch.cuda', fixed('torch.cuda', cuda)],
  ['torch.cuda.amp', fixed('torch.cuda.amp', amp)],
  ['torch.amp', fixed('torch.amp', amp)],
  // What else is below torch.jit compiles, and changes nothing.
  ['torch.jit', () => nativeModule('torch.jit', jit, passThrough)],
  ['torch.ops', () => nativeModule('torch.ops', [], (name) => unknown(`torch.ops.${name} is not modelled`))],
  [
    'torch.autograd',
    (interpreter) =>
      nativeModule('torch.autograd', [
        ['Function', interpreter.state('torch.autograd.Function', functionClass)],
        ['Variable', native('Variable(data=None, requires_grad=False, volatile=False)', (args) => args.value('data'))],
        ['grad', unread('grad', 'gradients taken by the program are not followed')],
        ['no_grad', idleContext('no_grad', 'torch.autograd.no_grad')],
        ['set_detect_anomaly', nothing('set_detect_anomaly')],
        ['backward', nothing('backward')],
      ]),
  ],
  [
    'torch.autograd.function',
    (interpreter) =>
      nativeModule('torch.autograd.function', [['Function', interpreter.state('torch.autograd.Function', functionClass)], ...custom]),
  ],
  ['torch.autograd.functional', backend('torch.autograd.functional')],
  ['torch.distributed', fixed('torch.distributed', distributed)],
  [
    'torch.fx',
    fixed('torch.fx', [
      ['wrap', passThrough('wrap')],
      ['symbolic_trace', passThrough('symbolic_trace')],
    ]),
  ],
  [
    'torch.onnx',
    fixed('torch.onnx', [
      ['export', nothing('export')],
      ['is_in_onnx_export', always('is_in_onnx_export', bool(false))],
    ]),
  ],
  [
    'torch.random',
    fixed('torch.random', [
      ['manual_seed', nothing('manual_seed')],
      ['fork_rng', idleContext('fork_rng', 'torch.random.fork_rng')],
    ]),
  ],
  [
    'torch.compiler',
    fixed('torch.compiler', [
      ['is_compiling', always('is_compiling', bool(false))],
      ['disable', passThrough('disable')],
    ]),
  ],
  [
    'torch._dynamo',
    fixed('torch._dynamo', [
      ['is_compiling', always('is_compiling', bool(false))],
      ['disable', passThrough('disable')],
      ['allow_in_graph', passThrough('allow_in_graph')],
    ]),
  ],
  ['torch.mps', fixed('torch.mps', [['is_available', always('is_available', bool(false))]])],
  ...[
    'torch.multiprocessing',
    'torch.profiler',
    'torch.quantization',
    'torch.ao',
    'torch.ao.quantization',
    'torch.overrides',
    'torch.testing',
    'torch.sparse',
    'torch.func',
    'torch.backends',
    'torch.backends.cudnn',
    'torch.backends.cuda',
    'torch.backends.mps',
    'torch.types',
    'torch.utils.cpp_extension',
    'torch._jit_internal',
    'torch.autograd.profiler',
  ].map((name) => [name, backend(name)] as const),
]

/** Switches and checks of a back end; nothing of it is there. */
function backend(name: string): Factory {
  return () =>
    nativeModule(
      name,
      [
        ['is_available', always('is_available', bool(false))],
        ['is_built', always('is_built', bool(false))],
      ],
      (attribute) => {
        if (name === 'torch.backends' || name === 'torch.ao') return undefined
        if (isClassName(attribute)) return idleClass(attribute, `${name}.${attribute}`, [])
        return attribute === 'enabled' || attribute === 'benchmark' || attribute === 'deterministic' ? bool(false) : passThrough(attribute)
      },
    )
}
