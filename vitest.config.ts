import { defineConfig } from 'vitest/config'

const settings = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // vitest asks for colours where it has a terminal; what the tests start would print them into its answers
  env: { NODE_EXTRA_CA_CERTS: '', FORCE_COLOR: '', NO_COLOR: '1' },
}

/** Those that start servers, outside clients and browsers run one after the other, lest they wait for each other. */
const oneByOne = { ...settings, fileParallelism: false }

/** A browser on a busy machine. */
const patient = { testTimeout: 120_000, hookTimeout: 180_000 }

const heavy = ['test/replay/**', 'test/browser/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...settings,
          name: 'units',
          include: ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'test/walls.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...oneByOne,
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...heavy, 'test/walls.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...oneByOne,
          ...patient,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      // `npm test` plays the recordings by test/replay/main.ts; this says which file differs that did not
      { test: { ...oneByOne, name: 'replay', include: ['test/replay/**/*.test.ts'], sequence: { groupOrder: 3 } } },
    ],
  },
})
