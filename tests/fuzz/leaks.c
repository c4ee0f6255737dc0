/*
 * What LeakSanitizer is to overlook in the fuzz programs. libfyaml 0.7.12 loses one buffer of a
 * text that it refuses in the middle of a quoted scalar with very many quotes
 * (corpus/rules/quotes-leak): 8 KiB of a program that ends with that error anyway, and none of it
 * ours.
 */
/* The name is the sanitizer's. NOLINTNEXTLINE */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void) /* NOLINT */
{
    return "leak:libfyaml.so\n";
}
