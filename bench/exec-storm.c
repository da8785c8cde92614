// Starts a program again and again at a fixed rate, as a busy build does. Usage: exec-storm RATE SECONDS [PROGRAM]
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  double rate = atof(argv[1]), seconds = atof(argv[2]), start = now();
  char *program = argc > 3 ? argv[3] : "/bin/true", *args[] = {program, NULL}, *env[] = {NULL};
  long started = 0;
  signal(SIGCHLD, SIG_IGN); // nobody waits for them
  for (double passed; (passed = now() - start) < seconds;) {
    pid_t pid;
    if (started >= passed * rate)
      usleep(200);
    else if (posix_spawn(&pid, program, NULL, NULL, args, env) == 0)
      started++;
  }
  printf("%ld %f\n", started, now() - start);
  return 0;
}
