import { describe, expect, it } from 'vitest'
import { type CallName, parseRequest } from './contract.ts'
import { germanRequestProblem } from './request-problems.de.ts'

function refusalOf(name: CallName, request: unknown): readonly [english: string, german: string] {
  const parsed = parseRequest(name, request)
  if (parsed.ok || parsed.fault.because === undefined) throw new Error('not refused')
  return [parsed.fault.message, germanRequestProblem(parsed.fault.because)]
}

describe('a call that breaks the contract', () => {
  it.each<[CallName, unknown, string, string]>([
    ['restoreBackup', {}, 'file: is missing', 'file fehlt.'],
    ['listActivity', { limit: '5' }, 'limit: must be a number', 'limit muss eine Zahl sein.'],
    ['listActivity', { limit: 0 }, 'limit: must be 1 or more', 'limit muss mindestens 1 sein.'],
    ['listActivity', { limit: 5000 }, 'limit: must be 1000 or less', 'limit darf höchstens 1000 sein.'],
    ['listActivity', { limit: 1.5 }, 'limit: must be a whole number', 'limit muss eine ganze Zahl sein.'],
    [
      'undoScene',
      { scene_id: 'x' },
      'scene_id: must be a positive whole number',
      'scene_id muss eine positive ganze Zahl sein.',
    ],
  ])('%s %j: %s', (name, request, english, german) => {
    expect(refusalOf(name, request)).toEqual([english, german])
  })
})
