/** Whatever can take longer than a moment is a task: each call of the contract is one, or is short for the reason given here. */
import { expect, it } from 'vitest'
import { callOfKind } from '../../main/engine/tasks/long-kinds.ts'
import type { CallName } from '../../shared/contract.ts'

/**
 * task: begun, watched and cancelled as one by every caller · local: asks no server, and reads a bounded number of rows ·
 * request: asks a server a number of times that does not grow with the library · scene: about one scene or item ·
 * portion: the caller asks for the next portion itself.
 */
type Length = 'task' | 'local' | 'request' | 'scene' | 'portion'

const lengths: Readonly<Record<CallName, Length>> = {
  getStatus: 'local',
  pause: 'local',
  resume: 'local',
  finishSetup: 'local',
  processQueue: 'portion',
  listActivity: 'portion',
  getHistory: 'local',
  getScene: 'local',
  undoScene: 'scene',
  enqueueScenes: 'task',
  planScenes: 'task',
  findScenes: 'request',
  compareScene: 'scene',
  writeScene: 'scene',
  listDeadLetters: 'portion',
  listDeadLetterCauses: 'local',
  retryDeadLetters: 'task',
  discardDeadLetters: 'task',
  restoreDeadLetters: 'task',
  purgeDeadLetters: 'task',
  explainMatch: 'scene',
  pickMatch: 'scene',
  unpickMatch: 'scene',
  testPaths: 'task',
  suggestPaths: 'task',
  startReconcile: 'task',
  cancelReconcile: 'local',
  getReconcile: 'local',
  listReconciles: 'local',
  listGapPairs: 'local',
  listGaps: 'portion',
  enqueueGaps: 'task',
  adoptLocks: 'task',
  beginTask: 'local',
  listTasks: 'local',
  cancelTask: 'local',
  getPlays: 'local',
  pullPlays: 'task',
  listPlays: 'portion',
  undoPlays: 'task',
  listPlayAccounts: 'request',
  listLogs: 'local',
  runHealthChecks: 'task',
  listOutages: 'local',
  getBugReport: 'local',
  listSettings: 'local',
  saveSettings: 'request',
  resetSettings: 'request',
  previewSettings: 'task',
  previewScene: 'scene',
  rewriteItems: 'task',
  exportSettings: 'local',
  importSettings: 'task',
  importFromStash2Plex: 'request',
  createBackup: 'task',
  restoreBackup: 'task',
  clearPictures: 'task',
  startPlexSignIn: 'request',
  pollPlexSignIn: 'request',
  listPlexServers: 'request',
  choosePlexServer: 'request',
  testPlex: 'request',
  testStash: 'request',
  getPluginStatus: 'request',
  installPlugin: 'task',
  exportPlugin: 'local',
  getAbout: 'local',
}

it('the calls that are tasks are those that the engine runs as tasks', () => {
  const tasks = Object.entries(lengths).flatMap(([name, length]) => (length === 'task' ? [name] : []))
  const run = [...new Set([...Object.values(callOfKind), 'enqueueScenes', 'startReconcile'])]
  expect(tasks.toSorted()).toEqual(run.toSorted())
})
