/* The table of exporters. */
#include "export/exporter.h"

#define EXTERN(name, words) extern const struct exporter exporter_##name;
EXPORTERS(EXTERN)
#undef EXTERN

static const struct exporter *const exporters[] = {
#define ENTRY(name, words) &exporter_##name,
	EXPORTERS(ENTRY)
#undef ENTRY
};

const struct exporter *const *exporter_list(size_t *ret_count)
{
	*ret_count = sizeof(exporters) / sizeof(*exporters);
	return exporters;
}
