# The program itself: command line, translations, what `cmake --install` puts where.
# Included by tui/CMakeLists.txt after the console's own library.
include(GNUInstallDirs)

add_subdirectory(print)

# Everything of the command line but main(), so that the tests link it too.
add_library(zapis_cli STATIC
    cli.c cli_parse.c cli_ask.c cli_desk.c cli_text.c cli_json.c cli_outcome.c cli_practice_child.c
    cli_adopt.c cli_book.c cli_cancel.c cli_catalogue.c cli_check.c cli_check_book.c cli_client.c cli_csv.c cli_day.c cli_forget.c cli_ics.c cli_mark.c cli_move.c cli_numbers.c cli_pdf.c
    cli_practice.c cli_queue.c cli_serve.c cli_setup.c cli_sheet.c cli_show.c cli_slots.c cli_sync.c cli_wait.c cli_widget.c)
target_link_libraries(zapis_cli PUBLIC zapis_options zapis_sheet)
target_include_directories(zapis_cli PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
# The dialogue of --linear.
target_sources(zapis_cli PRIVATE
    linear.c linear_book.c linear_change.c linear_client.c linear_command.c linear_day.c linear_input.c
    linear_line.c linear_news.c linear_numbers.c linear_queue.c linear_steps.c linear_time.c linear_truth.c linear_waiting.c
    linear_week.c linear_wish.c linear_words.c)

# Translations: build/PRESET/tui/locale/ru/LC_MESSAGES/zapis.mo, beside the program, and installed.
find_program(MSGFMT msgfmt REQUIRED)
set(zapis_mo ${CMAKE_CURRENT_BINARY_DIR}/locale/ru/LC_MESSAGES/zapis.mo)
add_custom_command(OUTPUT ${zapis_mo}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/locale/ru/LC_MESSAGES
    COMMAND ${MSGFMT} --check --output-file=${zapis_mo} ${CMAKE_SOURCE_DIR}/etc/po/ru.po
    DEPENDS ${CMAKE_SOURCE_DIR}/etc/po/ru.po VERBATIM)
add_custom_target(zapis_translations ALL DEPENDS ${zapis_mo})
install(FILES ${zapis_mo} DESTINATION ${CMAKE_INSTALL_LOCALEDIR}/ru/LC_MESSAGES)
install(FILES ${CMAKE_SOURCE_DIR}/etc/man/zapis.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
if(EXISTS ${CMAKE_SOURCE_DIR}/etc/zapis.conf.example)
    install(FILES ${CMAKE_SOURCE_DIR}/etc/zapis.conf.example
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zapis)
endif()

# build/PRESET/tui/zapis
if(TARGET zapis_desk AND TARGET zapis_practice AND TARGET zapis_tui AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/console.c)
    target_link_libraries(zapis_cli PUBLIC zapis_tui zapis_desk zapis_practice)
    add_executable(zapis main.c)
    target_link_libraries(zapis PRIVATE zapis_cli)
    add_dependencies(zapis zapis_translations)
    install(TARGETS zapis)
endif()
