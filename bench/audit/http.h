// Follows HTTP/1.1 messages in bytes as they come: heads, Content-Length, chunks, trailers. Bodies are counted, not kept.
// And the few socket calls that the programs beside it share.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 8192 };
enum part { HEAD, LENGTH, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, WHOLE };

struct message {
  enum part part;
  size_t left; // of the body or chunk
  size_t line; // bytes of the present line, without its end: an empty line ends the trailer
  unsigned long long body;
  size_t head_length;
  char head[HEAD_MAX + 1];
};

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static inline struct sockaddr_un address_of(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return address;
}

/** A blocking socket that is connected. */
static inline int connect_to(const struct sockaddr_un *address) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (const void *)address, sizeof *address)) die("connect");
  return fd;
}

static inline void start_message(struct message *m) {
  m->part = HEAD;
  m->head_length = m->line = m->left = m->body = 0;
}

/** How the body is framed, from a complete head. Answers that never have one have none. */
static inline void read_head(struct message *m) {
  m->head[m->head_length] = 0;
  char *length = strcasestr(m->head, "\r\ncontent-length:");
  int status = strncmp(m->head, "HTTP/1.", 7) ? 0 : atoi(m->head + 9);
  if (status == 204 || status == 304) m->part = WHOLE;
  else if (strcasestr(m->head, "\r\ntransfer-encoding: chunked")) m->part = CHUNK_SIZE;
  else if (length && (m->left = strtoull(length + 17, NULL, 10))) m->part = LENGTH;
  else m->part = WHOLE;
}

static inline size_t follow_head(struct message *m, const char *bytes, size_t count) {
  size_t before = m->head_length, taken = count < HEAD_MAX - before ? count : HEAD_MAX - before;
  memcpy(m->head + before, bytes, taken);
  size_t from = before > 3 ? before - 3 : 0;
  char *end = memmem(m->head + from, before + taken - from, "\r\n\r\n", 4);
  if (!end && before + taken == HEAD_MAX) {
    fprintf(stderr, "a head is longer than %d bytes\n", HEAD_MAX);
    exit(1);
  }
  m->head_length = end ? (size_t)(end + 4 - m->head) : before + taken;
  if (end) read_head(m);
  return m->head_length - before;
}

static inline size_t follow_line(struct message *m, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char c = bytes[i];
    if (c == '\r') continue;
    if (c != '\n') {
      int digit = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
      if (m->part == CHUNK_SIZE) m->left = m->left * 16 + digit;
      m->line++;
      continue;
    }
    if (m->part == CHUNK_SIZE) m->part = m->left ? CHUNK : TRAILER;
    else if (m->part == CHUNK_END) m->part = CHUNK_SIZE;
    else if (m->line == 0) m->part = WHOLE;
    m->line = 0;
    return i + 1;
  }
  return count;
}

/** Takes what belongs to the message; returns how many bytes that was. The message is complete when `part` is WHOLE. */
static inline size_t follow(struct message *m, const char *bytes, size_t count) {
  size_t at = 0;
  while (at < count && m->part != WHOLE) {
    if (m->part == HEAD) at += follow_head(m, bytes + at, count - at);
    else if (m->part == LENGTH || m->part == CHUNK) {
      size_t taken = count - at < m->left ? count - at : m->left;
      at += taken;
      m->body += taken;
      m->left -= taken;
      if (!m->left) m->part = m->part == LENGTH ? WHOLE : CHUNK_END;
    } else at += follow_line(m, bytes + at, count - at);
  }
  return at;
}
