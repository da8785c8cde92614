// One long body. Usage: body SOCKET download|length|chunked BYTES
// `download` reads an answer in chunks; the others send a request body framed so, in pieces of 32 kB, as the docker
// client's are. Prints JSON; fails when the count at the other end is another.
#include "http.h"

enum { PIECE = 32768, READ_MAX = 1 << 18 };
static char piece[PIECE + 16], input[READ_MAX];
static struct message answer;

static void send_all(int fd, const char *bytes, size_t count) {
  for (size_t sent = 0; sent < count;) {
    ssize_t n = send(fd, bytes + sent, count - sent, MSG_NOSIGNAL);
    if (n < 0) die("send");
    sent += n;
  }
}

static void upload(int fd, int chunked, unsigned long long bytes) {
  char head[512], framing[64];
  if (chunked) strcpy(framing, "Transfer-Encoding: chunked");
  else sprintf(framing, "Content-Length: %llu", bytes);
  send_all(fd, head, sprintf(head, "POST /v1.41/build?t=bench HTTP/1.1\r\nHost: docker\r\n"
                                   "Content-Type: application/x-tar\r\n%s\r\n\r\n", framing));
  memset(piece, 'x', sizeof piece);
  memcpy(piece, "8000\r\n", 6);
  memcpy(piece + 6 + PIECE, "\r\n", 2);
  for (unsigned long long sent = 0; sent < bytes; sent += PIECE)
    send_all(fd, chunked ? piece : piece + 6, chunked ? PIECE + 8 : PIECE);
  if (chunked) send_all(fd, "0\r\n\r\n", 5);
}

static char *receive(int fd) {
  static char body[256];
  for (start_message(&answer); answer.part != WHOLE;) {
    ssize_t n = read(fd, input, sizeof input - 1);
    if (n <= 0) die("the answer is cut short");
    follow(&answer, input, n);
    input[n] = 0;
    char *told = memmem(input, n, "{\"stream\":\"", 11);
    if (told) strncpy(body, told + 11, sizeof body - 1);
  }
  if (answer.head[9] != '2') {
    fprintf(stderr, "%s\n", answer.head);
    exit(1);
  }
  return body;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  unsigned long long bytes = strtoull(argv[3], NULL, 10) / PIECE * PIECE, arrived;
  struct sockaddr_un address = address_of(argv[1]);
  int fd = connect_to(&address);
  double since = now();
  if (!strcmp(argv[2], "download")) {
    char head[256];
    send_all(fd, head, sprintf(head, "GET /v1.41/images/%llu/get HTTP/1.1\r\nHost: docker\r\n\r\n", bytes));
    receive(fd);
    arrived = answer.body;
  } else {
    upload(fd, !strcmp(argv[2], "chunked"), bytes);
    arrived = strtoull(receive(fd), NULL, 10);
  }
  double seconds = now() - since;
  if (arrived != bytes) {
    fprintf(stderr, "%llu bytes of %llu arrived\n", arrived, bytes);
    return 1;
  }
  printf("{\"seconds\":%.4f,\"bytes\":%llu}\n", seconds, bytes);
  return 0;
}
