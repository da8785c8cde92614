import type { Job } from '../domain';

const idVariable: Readonly<Record<string, string>> = {
  gitlab: '$CI_JOB_ID',
  github: '$GITHUB_RUN_ID-$GITHUB_JOB',
  gitea: '$GITHUB_RUN_ID-$GITHUB_JOB',
  forgejo: '$GITHUB_RUN_ID-$GITHUB_JOB',
  jenkins: '$BUILD_TAG',
  buildkite: '$BUILDKITE_JOB_ID',
  azure: '$SYSTEM_JOBID',
  drone: '$DRONE_BUILD_NUMBER-$DRONE_STAGE_NUMBER',
  woodpecker: '$CI_PIPELINE_NUMBER-$CI_WORKFLOW_NUMBER',
};

/** The variable that holds the job's own id in its CI system. */
export const jobIdVariable = (job: Job | undefined): string => (job && idVariable[job.system]) ?? '$JOB_ID';

/** Advice with `$ID` replaced by the variable of the job's CI system. */
export const perJob = (job: Job | undefined, advice: string): string =>
  advice.replaceAll('$ID', jobIdVariable(job));
