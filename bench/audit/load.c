// Closed-loop load on a Unix socket: each of CONNECTIONS sends its next request when the answer to the last is complete.
// Usage: load SOCKET CONNECTIONS SECONDS keep|reconnect|process (METHOD TARGET BODYFILE|-)...
//   keep       all requests of a connection on it
//   reconnect  a new connection for each request
//   process    a new connection for each request, made and held by a process of its own, as a command's is
// The requests are sent in turn; `%` in a target is one new number for each turn through them. Prints JSON; the counted
// time begins after WARM_SECONDS, `all` counts requests from the start. Each connection ends at the end of a turn.
#include "http.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define WARM_SECONDS 0.3
enum { READ_MAX = 1 << 18, LONGEST_US = 4000000, STACK = 16384 };
enum mode { KEEP, RECONNECT, PROCESS };

struct template {
  const char *method, *target;
  char *body;
  size_t length;
};

struct connection {
  int fd;
  int step, turn; // which of the requests, and its number
  double since;
  char *out; // what is being sent
  size_t length, sent;
  pid_t holder;
  char *stack;
  struct message answer;
};

static struct template templates[8];
static int template_count, loop, ready[2]; // pipe: connections that their holders have made
static enum mode mode;
static struct sockaddr_un address;
static char input[READ_MAX];
static unsigned *histogram;
static unsigned long counted, measured, all, failed; // measured: those counted before the end
static int active, ending; // connections; whether they stop after their turn

static void watch(struct connection *c, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(loop, operation, c->fd, &event)) die("epoll_ctl");
}

static void prepare(struct connection *c) {
  struct template *t = &templates[c->step];
  char number[64];
  int digits = snprintf(number, sizeof number, "%d-%d", (int)getpid(), c->turn);
  char *o = c->out + sprintf(c->out, "%s ", t->method);
  for (const char *p = t->target; *p; p++) {
    if (*p != '%') *o++ = *p;
    else o = mempcpy(o, number, digits);
  }
  o += sprintf(o, " HTTP/1.1\r\nHost: docker\r\nUser-Agent: Docker-Client/20.10.24 (linux)\r\n");
  if (t->body) o += sprintf(o, "Content-Type: application/json\r\nContent-Length: %zu\r\n", t->length);
  else if (!strcmp(t->method, "POST")) o += sprintf(o, "Content-Length: 0\r\n");
  o = mempcpy(o, "\r\n", 2);
  if (t->body) o = mempcpy(o, t->body, t->length);
  c->length = o - c->out;
  c->sent = 0;
  start_message(&c->answer);
}

/** @return whether all is sent */
static int send_more(struct connection *c) {
  while (c->sent < c->length) {
    ssize_t n = send(c->fd, c->out + c->sent, c->length - c->sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n < 0) return 1; // reading tells why
    c->sent += n;
  }
  return 1;
}

/** A process that connects, tells so, and stays until it is killed. It shares memory and descriptors with its maker. */
static int hold(void *given) {
  struct connection *c = given;
  if (connect(c->fd, (const void *)&address, sizeof address)) _exit(1);
  if (write(ready[1], &c, sizeof c) != sizeof c) _exit(1);
  for (;;) pause();
}

static void begin(struct connection *c, int operation) {
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  watch(c, operation, send_more(c) ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

static void next(struct connection *c) {
  static int turns;
  if (c->step == 0) c->turn = turns++;
  prepare(c);
  c->since = now();
  if (mode == KEEP && c->fd >= 0) {
    if (!send_more(c)) watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  } else if (mode == PROCESS) {
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->holder = clone(hold, c->stack + STACK, CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD, c);
    if (c->fd < 0 || c->holder < 0) die("clone");
  } else {
    c->fd = connect_to(&address);
    begin(c, EPOLL_CTL_ADD);
  }
}

static void count(struct connection *c) {
  unsigned long us = (now() - c->since) * 1e6;
  histogram[us < LONGEST_US ? us : LONGEST_US - 1]++;
  counted++;
  all++;
  if (c->answer.head[9] != '2') {
    if (!failed++) fprintf(stderr, "%s\n", c->answer.head);
  }
}

static void leave(struct connection *c) {
  close(c->fd);
  c->fd = -1;
  if (!c->holder) return;
  kill(c->holder, SIGKILL);
  waitpid(c->holder, NULL, 0);
  c->holder = 0;
}

static void on_event(struct connection *c, unsigned events) {
  if (events & EPOLLOUT && c->sent < c->length && send_more(c)) watch(c, EPOLL_CTL_MOD, EPOLLIN);
  if (!(events & ~EPOLLOUT)) return;
  ssize_t n = read(c->fd, input, sizeof input);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    fprintf(stderr, "the connection was closed before the answer to %s %s was complete\n",
            templates[c->step].method, templates[c->step].target);
    exit(1);
  }
  if (follow(&c->answer, input, n) < (size_t)n) {
    fprintf(stderr, "more bytes than the answer to %s %s has\n", templates[c->step].method, templates[c->step].target);
    exit(1);
  }
  if (c->answer.part != WHOLE) return;
  count(c);
  c->step = (c->step + 1) % template_count;
  if (ending && c->step == 0) {
    leave(c);
    active--;
    return;
  }
  if (mode != KEEP) leave(c);
  next(c);
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  char *bytes = malloc(1 << 20);
  *length = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static long quantile(double share) {
  unsigned long below = 0;
  for (long us = 0; us < LONGEST_US; us++)
    if ((below += histogram[us]) >= counted * share) return us;
  return LONGEST_US;
}

static void report(double seconds) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("{\"perSecond\":%.1f,\"p50\":%ld,\"p99\":%ld,\"all\":%lu,\"failed\":%lu,\"cpu\":%.3f}\n", measured / seconds,
         quantile(0.5), quantile(0.99), all, failed, cpu);
}

int main(int argc, char **argv) {
  if (argc < 8 || (argc - 5) % 3 || argc > 5 + 8 * 3) return 2;
  int connections = atoi(argv[2]);
  double seconds = atof(argv[3]);
  mode = !strcmp(argv[4], "keep") ? KEEP : !strcmp(argv[4], "reconnect") ? RECONNECT : PROCESS;
  address = address_of(argv[1]);
  size_t longest = 0;
  for (int i = 5; i < argc; i += 3) {
    struct template *t = &templates[template_count++];
    *t = (struct template){.method = argv[i], .target = argv[i + 1]};
    if (strcmp(argv[i + 2], "-")) t->body = read_file(argv[i + 2], &t->length);
    if (t->length > longest) longest = t->length;
  }
  histogram = calloc(LONGEST_US, sizeof *histogram);
  loop = epoll_create1(EPOLL_CLOEXEC);
  if (pipe2(ready, O_NONBLOCK | O_CLOEXEC)) die("pipe");
  struct epoll_event made = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
  epoll_ctl(loop, EPOLL_CTL_ADD, ready[0], &made);
  struct connection *all_connections = calloc(connections, sizeof *all_connections);
  for (int i = 0; i < connections; i++) {
    struct connection *c = &all_connections[i];
    c->fd = -1;
    c->out = malloc(longest + 4096);
    c->stack = malloc(STACK);
    next(c);
  }
  active = connections;
  double from = now() + WARM_SECONDS, until = from + seconds, took = 0;
  for (int warm = 0; active > 0;) {
    double t = now();
    if (!warm && t >= from) {
      warm = 1;
      from = t;
      counted = 0;
      memset(histogram, 0, LONGEST_US * sizeof *histogram);
    }
    if (!ending && t >= until) {
      ending = 1;
      took = t - from;
      measured = counted;
    }
    int n = epoll_wait(loop, events, 256, 100);
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (c) on_event(c, events[i].events);
      else
        while (read(ready[0], &c, sizeof c) == sizeof c) begin(c, EPOLL_CTL_ADD);
    }
  }
  report(took);
  return 0;
}
