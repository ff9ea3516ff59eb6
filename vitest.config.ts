import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/database-server.ts'],
    testTimeout: 30_000,
    // A shared CI machine may stall a browser or a gateway once; at a desk a flake is a bug to be seen.
    retry: process.env.CI === 'true' ? 2 : 0,
    hookTimeout: 60_000,
  },
});
