/* replay: give a fuzz target every file of its corpus, once, in name order. `replay_NAME FOLDER`
 * prints TAP; under the sanitizers a bad input ends the process, and the last name printed is it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };

static int replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data = malloc(INPUT_MAX), *exact;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	printf("# %s\n", path);
	fflush(stdout);
	f = fopen(path, "rb");
	if (!f || !data)
		return 0;
	n = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	exact = malloc(n ? n : 1); /* of its size: reading past the end is seen */
	for (size_t i = 0; exact && i < n; i++)
		exact[i] = data[i];
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(data);
	return 1;
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **names = NULL;
	int n = argc == 2 ? scandir(argv[1], &names, visible, alphasort) : -1, done = 0;

	for (int i = 0; i < n; i++) {
		done += replay(argv[1], names[i]->d_name);
		free(names[i]);
	}
	free(names);
	printf("1..1\n%sok 1 - %d inputs\n", done > 0 && done == n ? "" : "not ", done);
	return done > 0 && done == n ? 0 : 1;
}
