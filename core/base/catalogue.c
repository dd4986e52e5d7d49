#include <zapis/catalogue.h>

#include <string.h>
#include <zapis/i18n.h>

const struct zp_service *zp_catalogue_service(const struct zp_catalogue *catalogue,
                                              const char *service_id) {
    for (size_t i = 0; service_id != NULL && i < catalogue->service_count; i++) {
        if (strcmp(catalogue->services[i].id, service_id) == 0) {
            return &catalogue->services[i];
        }
    }
    return NULL;
}

const struct zp_master *zp_catalogue_master(const struct zp_catalogue *catalogue,
                                            const char *master_id) {
    for (size_t i = 0; master_id != NULL && i < catalogue->master_count; i++) {
        if (strcmp(catalogue->masters[i].id, master_id) == 0) {
            return &catalogue->masters[i];
        }
    }
    return NULL;
}

static const struct zp_terms *own_terms(const struct zp_service *service, const char *master_id) {
    for (size_t i = 0; master_id != NULL && i < service->term_count; i++) {
        if (strcmp(service->terms[i].master_id, master_id) == 0) {
            return &service->terms[i];
        }
    }
    return NULL;
}

bool zp_catalogue_offers(const struct zp_catalogue *catalogue, const char *master_id,
                         const char *service_id) {
    const struct zp_service *service = zp_catalogue_service(catalogue, service_id);
    const struct zp_master *master = zp_catalogue_master(catalogue, master_id);
    if (service == NULL || master == NULL) {
        return false;
    }
    for (size_t i = 0; i < master->service_count; i++) {
        if (strcmp(master->service_ids[i], service_id) == 0) {
            return true;
        }
    }
    // A catalogue that does not tell who does what (Dikidi's v1) excludes nobody: the free times
    // do.
    const bool untold = master->service_count == 0 && service->term_count == 0;
    return untold || own_terms(service, master_id) != NULL;
}

bool zp_catalogue_check(const struct zp_catalogue *catalogue, const char *master_id,
                        const char *const *service_ids, size_t service_count,
                        struct zp_error *err) {
    const struct zp_master *master = zp_catalogue_master(catalogue, master_id);
    if (master_id != NULL && master == NULL) {
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("There is no master “%s”: “zapis masters” lists their numbers."),
                            master_id);
    }
    for (size_t i = 0; i < service_count; i++) {
        const struct zp_service *service = zp_catalogue_service(catalogue, service_ids[i]);
        if (service == NULL) {
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("There is no service “%s”: “zapis services” lists their "
                                  "numbers."),
                                service_ids[i]);
        }
        if (master != NULL && !zp_catalogue_offers(catalogue, master_id, service_ids[i])) {
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("%s does not do this service (%s): choose another master or "
                                  "leave the master out; “zapis services” lists the services."),
                                master->name, service->name);
        }
    }
    return true;
}

struct zp_terms zp_catalogue_terms(const struct zp_service *service, const char *master_id) {
    const struct zp_terms *own = own_terms(service, master_id);
    struct zp_terms terms = {
        .price_minor = service->price_minor,
        .price_from = service->price_from,
        .duration_min = service->duration_min,
    };
    if (own != NULL) {
        terms = *own;
        if (terms.duration_min == 0) {
            terms.duration_min = service->duration_min;
        }
    }
    return terms;
}
