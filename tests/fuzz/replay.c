/*
 * Runs every file of the named folders through one fuzz entry, so that inputs which once broke
 * something are part of every test run, with any compiler. Fails when a folder holds no file.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path)
{
    enum { FILE_MOST = 16 * 1024 * 1024 };
    struct icp_buf bytes;
    struct icp_err err = {0};

    icp_buf_open(&bytes, FILE_MOST);
    bool read = icp_file_read(path, FILE_MOST, &bytes, &err) == ICP_OK;
    if (read)
        (void)LLVMFuzzerTestOneInput((const uint8_t *)(bytes.data != NULL ? bytes.data : ""),
                                     bytes.length);
    else
        (void)fprintf(stderr, "%s: cannot be read\n", path);
    icp_buf_finish(&bytes);
    return read;
}

static bool run_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    size_t files = 0;
    bool well = true;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct icp_buf name;
        if (entry->d_name[0] == '.')
            continue;
        icp_buf_open(&name, 4096);
        icp_buf_format(&name, "%s/%s", path, entry->d_name);
        (void)printf("%s\n", name.data);
        (void)fflush(stdout); /* the last name is the one that broke it */
        well = run_file(name.data) && well;
        icp_buf_finish(&name);
        files++;
    }
    if (folder != NULL)
        (void)closedir(folder);
    if (files == 0)
        (void)fprintf(stderr, "%s: no file to run\n", path);
    return well && files > 0;
}

int main(int count, char **folders)
{
    bool well = count > 1;

    for (int i = 1; i < count; i++)
        well = run_folder(folders[i]) && well;
    return well ? 0 : 1;
}
