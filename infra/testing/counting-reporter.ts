/** vitest reporter: writes what passed, failed and was skipped (with reasons) where infra/scripts/test.ts reads it. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface TestCounts {
  passed: number;
  failed: number;
  /** `name (reason)`. */
  skipped: string[];
  /** Files in which something failed, or whose process ended before they did. */
  failedFiles: {
    /** Absolute. */ path: string;
    passed: number;
    failed: number;
    /** Of `skipped`. */ skipped: string[];
  }[];
}

/** Names the file to write. */
export const COUNTS_VARIABLE = 'VICINAL_TEST_COUNTS';

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env[COUNTS_VARIABLE];
    if (file === undefined) return;
    const isCutOff = (module: TestModule): boolean => ['queued', 'pending'].includes(module.state());
    // each of them is one of these errors as well
    const otherErrors = Math.max(0, unhandledErrors.length - modules.filter(isCutOff).length);
    const counts: TestCounts = { passed: 0, failed: otherErrors, skipped: [], failedFiles: [] };
    for (const module of modules) {
      const before = { ...counts, skipped: counts.skipped.length };
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed') counts.failed++;
        else
          counts.skipped.push(
            `${test.fullName} (${result.state === 'skipped' ? (result.note ?? 'no reason given') : 'did not run'})`,
          );
      }
      if (module.state() !== 'failed' && !isCutOff(module)) continue;
      const failed = Math.max(1, counts.failed - before.failed); // a hook that fails is no test
      counts.failed = before.failed + failed;
      counts.failedFiles.push({
        path: module.moduleId,
        passed: counts.passed - before.passed,
        failed,
        skipped: counts.skipped.slice(before.skipped),
      });
    }
    writeFileSync(file, JSON.stringify(counts));
  }
}
