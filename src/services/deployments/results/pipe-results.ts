import { json, maybe, moment, shape, text, whole } from './result-readers.js'
import { pipeState } from './result-states.js'

/** What came of activating, ending or running a pipe. What a pipe does by itself is not reported. */
export const pipeResult = shape(
  'PipeResult',
  {
    pipeInstanceId: text,
    state: pipeState,
    active: maybe,
    triggerType: text,
    replaced: maybe,
    reactivated: maybe,
    removed: maybe,
    activatedAt: moment,
    deactivatedAt: moment,
    lastTriggeredAt: moment,
    lastError: text,
    triggerCount: whole,
    success: maybe,
    sourceData: json,
    mappedData: json,
    targetResponse: json,
    error: text,
    triggeredAt: moment,
  },
  ['lifecycle'],
)
