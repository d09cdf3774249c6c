import { defineConfig } from 'vitest/config'

/** Tests are loaded by Node itself, as the product is: same stripping, same resolution, no second copy of a module. */
const experimental = { viteModuleRunner: false }

export default defineConfig({
  test: {
    projects: [
      {
        // everything that needs only Node
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**'],
          testTimeout: 60_000,
          // vitest leaves a core to itself: of two, that is half
          maxWorkers: '100%',
          experimental,
        },
      },
      {
        // foreign readers and services: test/services installs and starts them
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          experimental,
        },
      },
      {
        // the package as users get it: a fresh clone, the packed tarball
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          experimental,
        },
      },
    ],
  },
})
