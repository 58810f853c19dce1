import { json, nullable, moment, shape, text, integer } from './result-readers.js'
import { pipeState } from './result-states.js'

/** Result of activating, deactivating or triggering a pipe. Automatic runs of a pipe are not reported. */
export const pipeResult = shape(
  'PipeResult',
  {
    pipeInstanceId: text,
    state: pipeState,
    active: nullable,
    triggerType: text,
    replaced: nullable,
    reactivated: nullable,
    removed: nullable,
    activatedAt: moment,
    deactivatedAt: moment,
    lastTriggeredAt: moment,
    lastError: text,
    triggerCount: integer,
    success: nullable,
    sourceData: json,
    mappedData: json,
    targetResponse: json,
    error: text,
    triggeredAt: moment,
  },
  ['lifecycle'],
)
